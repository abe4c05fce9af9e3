"""What can go wrong with a backup, each in a sentence for the operator."""


class BackupFailed(Exception):
    """备份没有做成"""

    def __init__(self, reason: str = "") -> None:
        super().__init__(f"{self.__doc__}：{reason}" if reason else str(self.__doc__))


class WrongKey(BackupFailed):
    """备份密钥或口令不对，打不开这个备份"""


class KeyUnusable(BackupFailed):
    """备份密钥文件不能用"""


class Truncated(BackupFailed):
    """备份文件不完整，被截断了"""


class Damaged(BackupFailed):
    """备份文件被改动或损坏了"""


class NotABackup(BackupFailed):
    """这不是杏林的备份文件"""


class NotEmpty(BackupFailed):
    """恢复的目标必须是空的"""


class NotTheSame(BackupFailed):
    """恢复出来的内容和备份时不一致"""


class ToolFailed(BackupFailed):
    """数据库工具没有成功"""
