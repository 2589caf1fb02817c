# Names, sizes and routing are decided in modules/plan, which needs no provider and is tested; modules/aws makes them.
module "plan" {
  source            = "./modules/plan"
  environment       = var.environment
  size              = var.size
  use_legacy_system = var.use_legacy_system
  legacy_host       = var.legacy_host
  ingress_host      = var.ingress_host
}

module "aws" {
  source             = "./modules/aws"
  names              = module.plan.names
  sizes              = module.plan.sizes
  replicas           = module.plan.replicas
  host               = var.host
  zone_id            = var.zone_id
  dns_target         = module.plan.dns_target
  subnet_ids         = var.subnet_ids
  security_group_ids = var.security_group_ids
}
