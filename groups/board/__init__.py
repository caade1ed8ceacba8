"""The board on which a proposal is looked at and changed: what it shows. Changing it is in ``groups/services/``."""
