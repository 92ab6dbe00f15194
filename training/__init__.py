"""From labelled profiles to a model bundle: the simulated world, training, evaluation, the card."""
