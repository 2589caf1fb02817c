output "database_endpoint" {
  description = "Primary: DATABASE_URL."
  value       = module.aws.database_endpoint
}

output "database_read_endpoints" {
  description = "Replicas: DATABASE_READ_URLS."
  value       = module.aws.database_read_endpoints
}

output "redis_endpoint" {
  description = "Cache: REDIS_URL."
  value       = module.aws.redis_endpoint
}

output "cluster_name" {
  description = "Kubernetes cluster."
  value       = module.aws.cluster_name
}

output "kms_key_arn" {
  description = "Key that encrypts database, cache and backups."
  value       = module.aws.kms_key_arn
}

output "dns_target" {
  description = "Where the host name points now."
  value       = module.plan.dns_target
}
