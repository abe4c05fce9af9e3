"""A stand-in for WeChat's platform over real HTTP, with a phone to try it on; tests use the same server.

``python -m channels.wechat.sandbox --port 8100 --gateway http://127.0.0.1:8000/wechat``

It keeps WeChat's rules by itself (tokens, quotas, error codes, pushes, retries) and shares no such code with the
channel it is there to test.
"""
