"""The project of a circuit's author: zkctl.yaml, and the actions on all its circuits."""
