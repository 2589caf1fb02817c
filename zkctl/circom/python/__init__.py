"""Templates of circom in circuits written in Python: of the circom language only this package knows the other one."""

from zkctl.dsl.spans import add_language_folder

add_language_folder(__file__)
