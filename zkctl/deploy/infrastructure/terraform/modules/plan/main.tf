# Decisions without a provider: names, sizes, and the target of the host name.
variable "environment" {
  type = string
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,19}$", var.environment))
    error_message = "The environment is 2 to 20 lower-case letters, digits and hyphens."
  }
}

variable "size" {
  type = string
  validation {
    condition     = contains(["small", "medium", "large"], var.size)
    error_message = "The size is small, medium or large."
  }
}

variable "use_legacy_system" {
  type = bool
}

variable "legacy_host" {
  type = string
}

variable "ingress_host" {
  type = string
}

locals {
  prefix = "zkp-${var.environment}"
  sizes = {
    small  = { database = "db.t4g.medium", cache = "cache.t4g.small", nodes = 2, node = "c7a.large", storage_gb = 50 }
    medium = { database = "db.m7g.large", cache = "cache.m7g.large", nodes = 3, node = "c7a.xlarge", storage_gb = 100 }
    large  = { database = "db.m7g.xlarge", cache = "cache.m7g.large", nodes = 4, node = "c7a.2xlarge", storage_gb = 200 }
  }
  # before the cluster has an ingress, the legacy system answers
  is_legacy = var.use_legacy_system || var.ingress_host == ""
}

output "names" {
  value = {
    database  = "${local.prefix}-db"
    cache     = "${local.prefix}-cache"
    cluster   = "${local.prefix}-cluster"
    namespace = "zkp-production"
  }
}

output "replicas" {
  value = [for n in range(1, 3) : "${local.prefix}-db-replica-${n}"]
}

output "sizes" {
  value = local.sizes[var.size]
}

output "dns_target" {
  value = local.is_legacy ? var.legacy_host : var.ingress_host
}
