variables {
  environment       = "production"
  size              = "large"
  use_legacy_system = false
  legacy_host       = "legacy.example.com"
  ingress_host      = "ingress.example.com"
}

run "the_service_answers" {
  command = plan
  assert {
    condition     = output.dns_target == "ingress.example.com"
    error_message = "The host name does not point to the ingress."
  }
  assert {
    condition     = length(output.replicas) == 2
    error_message = "There are not two replicas."
  }
  assert {
    condition     = output.names.database == "zkp-production-db"
    error_message = "The database's name is wrong."
  }
}

run "the_full_rollback" {
  command = plan
  variables {
    use_legacy_system = true
  }
  assert {
    condition     = output.dns_target == "legacy.example.com"
    error_message = "The host name does not point to the legacy system."
  }
}

run "before_the_cluster_exists" {
  command = plan
  variables {
    ingress_host = ""
  }
  assert {
    condition     = output.dns_target == "legacy.example.com"
    error_message = "The host name points nowhere."
  }
}

run "an_unknown_size" {
  command = plan
  variables {
    size = "huge"
  }
  expect_failures = [var.size]
}
