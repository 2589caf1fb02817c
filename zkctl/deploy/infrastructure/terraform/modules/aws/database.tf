# The primary, with point-in-time recovery over 35 days (backup_days), and its replicas.
resource "aws_db_subnet_group" "data" {
  name       = var.names.database
  subnet_ids = var.subnet_ids
}

resource "aws_db_instance" "primary" {
  identifier                   = var.names.database
  engine                       = "postgres"
  engine_version               = "16"
  instance_class               = var.sizes.database
  allocated_storage            = var.sizes.storage_gb
  storage_encrypted            = true
  kms_key_id                   = aws_kms_key.data.arn
  db_name                      = "addresses_db"
  username                     = "zkp"
  manage_master_user_password  = true
  multi_az                     = true
  backup_retention_period      = 35
  delete_automated_backups     = false
  deletion_protection          = true
  skip_final_snapshot          = false
  final_snapshot_identifier    = "${var.names.database}-final"
  db_subnet_group_name         = aws_db_subnet_group.data.name
  vpc_security_group_ids       = var.security_group_ids
  ca_cert_identifier           = "rds-ca-rsa2048-g1"
  performance_insights_enabled = true
}

resource "aws_db_instance" "replica" {
  for_each               = toset(var.replicas)
  identifier             = each.key
  replicate_source_db    = aws_db_instance.primary.identifier
  instance_class         = var.sizes.database
  storage_encrypted      = true
  vpc_security_group_ids = var.security_group_ids
  deletion_protection    = true
  skip_final_snapshot    = true
}
