from reports.services.packs import KIND, build_asked_pack, build_last_month, build_pack, request_pack, start_pack_job, submit_pack

__all__ = ["KIND", "build_asked_pack", "build_last_month", "build_pack", "request_pack", "start_pack_job", "submit_pack"]
