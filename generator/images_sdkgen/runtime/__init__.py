"""The parts of a client that do not depend on the contract; the generator carries each module over as it stands."""
