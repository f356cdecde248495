"""Facts on identifiers, dates, teeth, procedures, media types and error codes; standard library only."""
