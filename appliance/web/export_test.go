package web

import (
	"net/http"
	"net/url"
)

// Back is where a form with this field leads back to.
func Back(field string) string {
	v := &visit{Request: &http.Request{Method: http.MethodPost, Form: url.Values{"back": {field}}, URL: &url.URL{}}}
	return v.back()
}

// OnMiss has fn told of each text that has no translation.
func OnMiss(fn func(string)) func(*Options) { return func(o *Options) { o.missed = fn } }
