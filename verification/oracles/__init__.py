"""Random models, each written for hasim and once more in the words of an oracle."""
