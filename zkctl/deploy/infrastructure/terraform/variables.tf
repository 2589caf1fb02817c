variable "environment" {
  description = "Name of the environment; part of every resource's name."
  type        = string
}

variable "region" {
  description = "Region of all resources."
  type        = string
}

variable "use_legacy_system" {
  description = "True sends the host name to the legacy system: the full rollback."
  type        = bool
  default     = false
}

variable "host" {
  description = "Host name of the service."
  type        = string
}

variable "zone_id" {
  description = "Zone of the host name."
  type        = string
}

variable "legacy_host" {
  description = "Host name of the legacy system."
  type        = string
}

variable "ingress_host" {
  description = "Host name of the cluster's ingress; empty before the cluster exists."
  type        = string
  default     = ""
}

variable "subnet_ids" {
  description = "Private subnets in at least two zones."
  type        = list(string)
}

variable "security_group_ids" {
  description = "Security groups of database and cache."
  type        = list(string)
}

variable "size" {
  description = "small, medium or large: modules/plan has the sizes."
  type        = string
  default     = "medium"
}
