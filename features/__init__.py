"""From a profile to numbers: the record, the families of evidence, the features."""
