"""The demonstration: one invented organization whose people go through the product's own services.

``story.tell`` writes it. Rosters are files as HR would upload them, ``words`` what members write, ``days`` when things
happen, ``office`` what the organization does and ``life`` what happens in one group.
"""
