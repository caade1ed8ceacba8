"""What ``test_no_leak.py`` needs: two people, ways out of a block, and the site with a probe in it."""
