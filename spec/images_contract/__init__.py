"""What `POST /v1/images/generations` promises, read from one OpenAPI document."""

from .access import Access
from .clauses import Clause, Finding
from .contract import Contract
from .deviations import Deviation
from .errors import ContractError, DialectError, DocumentError, RuleError
from .lines import Lines
from .profile import ABSENT, Condition, ModelProfile, OpenCase, Parameter
from .schema import Constraint
from .validators import Validators, validator

__all__ = [
    "ABSENT",
    "Access",
    "Clause",
    "Condition",
    "Constraint",
    "Contract",
    "ContractError",
    "Deviation",
    "DialectError",
    "DocumentError",
    "Finding",
    "Lines",
    "ModelProfile",
    "OpenCase",
    "Parameter",
    "RuleError",
    "Validators",
    "validator",
]
