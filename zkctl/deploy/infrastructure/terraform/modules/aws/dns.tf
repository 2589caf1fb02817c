# The switch of the full rollback; 60 s of TTL bound the time until every client has followed.
resource "aws_route53_record" "service" {
  zone_id = var.zone_id
  name    = var.host
  type    = "CNAME"
  ttl     = 60
  records = [var.dns_target]
}
