resource "aws_kms_key" "data" {
  description             = "Database, cache and backups of ${var.names.cluster}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}
