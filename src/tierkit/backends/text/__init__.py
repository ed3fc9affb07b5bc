"""Text files of records: CSV and lines of JSON, read by the declared types."""
