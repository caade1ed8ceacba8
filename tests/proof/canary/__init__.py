"""What ``test_canary.py`` needs: words like no others, trouble, people who write, and whoever looks for them."""
