"""What no power cut may break: imports that are killed, stopped and cut off at random instants.

`make soak` runs it at length, `tests/soak/test_sample.py` a little of it.
"""
