"""Hash states, generators and samplers that the file formats of ceremonies prescribe."""
