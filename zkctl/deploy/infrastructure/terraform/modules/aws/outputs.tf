output "database_endpoint" {
  value = aws_db_instance.primary.endpoint
}

output "database_read_endpoints" {
  value = [for replica in aws_db_instance.replica : replica.endpoint]
}

output "redis_endpoint" {
  value = aws_elasticache_replication_group.cache.primary_endpoint_address
}

output "cluster_name" {
  value = aws_eks_cluster.cluster.name
}

output "kms_key_arn" {
  value = aws_kms_key.data.arn
}
