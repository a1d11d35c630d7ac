"""The demo plant: the same rows for the same arguments, every code beginning with ``D-``."""

from floorops.demo.making import DEMO_PASSWORD, DEMO_PLANT, make_demo

__all__ = ["DEMO_PASSWORD", "DEMO_PLANT", "make_demo"]
