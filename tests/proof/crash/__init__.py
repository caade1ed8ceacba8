"""What ``test_crash.py`` needs: writers, a killer, and somebody who reads everything back."""
