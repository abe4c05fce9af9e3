"""How people reach us: WeChat, the web page; ``turn.py`` is the way of one message."""
