"""The process zkctl runs in and those it starts; may import only `errors`."""
