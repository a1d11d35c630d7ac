"""Who works here: organisation, staff, roles and scope, shifts, calendar, sign-in."""
