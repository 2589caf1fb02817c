"""The operator's page on the admin listener: samples of the metrics, a view of the service, HTML without scripts."""
