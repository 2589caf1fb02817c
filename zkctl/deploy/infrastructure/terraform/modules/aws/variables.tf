variable "names" {
  type = object({ database = string, cache = string, cluster = string, namespace = string })
}

variable "sizes" {
  type = object({ database = string, cache = string, nodes = number, node = string, storage_gb = number })
}

variable "replicas" {
  type = list(string)
}

variable "host" {
  type = string
}

variable "zone_id" {
  type = string
}

variable "dns_target" {
  type = string
}

variable "subnet_ids" {
  type = list(string)
}

variable "security_group_ids" {
  type = list(string)
}
