# A cache and nothing else: it may be lost at any time, so no snapshot is kept.
resource "aws_elasticache_subnet_group" "data" {
  name       = var.names.cache
  subnet_ids = var.subnet_ids
}

resource "aws_elasticache_replication_group" "cache" {
  replication_group_id       = var.names.cache
  description                = "Verdicts and verifying keys of ${var.names.cluster}"
  engine                     = "redis"
  engine_version             = "7.1"
  node_type                  = var.sizes.cache
  num_cache_clusters         = 2
  automatic_failover_enabled = true
  multi_az_enabled           = true
  at_rest_encryption_enabled = true
  transit_encryption_enabled = true
  kms_key_id                 = aws_kms_key.data.arn
  subnet_group_name          = aws_elasticache_subnet_group.data.name
  security_group_ids         = var.security_group_ids
  snapshot_retention_limit   = 0
}
