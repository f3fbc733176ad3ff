"""Where higher rooms may keep a period open: asked behind its lock, with the ids of periods."""

from erp.kernel.events import GuardPoint

close_guard = GuardPoint("close")
