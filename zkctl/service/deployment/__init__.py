"""The deployment artefacts in `zkctl/deploy`: writing them out, and comparing their names with the code's."""
