"""Names of roles, which live in a room above this one."""

# Values of `portal.accounts.enums.Role`: who reads the whole record.
READER_ROLES = ("auditor", "admin")
