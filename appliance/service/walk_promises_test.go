package service_test

import (
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// promiseWalks are operations that keep what was promised to callers and owners.
func promiseWalks() map[service.Operation]walk {
	return map[service.Operation]walk{
		service.ListNotices: {nothing, nil},
		service.HearNotice:  {is(record.NoticeAssistant), is(record.NoticeKind("shoes"))},
	}
}
