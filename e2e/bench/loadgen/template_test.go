package main

import (
	"testing"
)

func TestTemplate(t *testing.T) {
	template := template{
		Request: []byte("a=###,b=###,a=###"), Digits: 3, Marks: [][]int{{2, 14}, {8}},
	}
	if err := template.check(); err != nil {
		t.Fatal(err)
	}
	number := 41
	next := func() int {
		number++
		return number
	}
	for _, want := range []string{"a=042,b=043,a=042", "a=044,b=045,a=044"} {
		if got := string(template.fill(next)); got != want {
			t.Errorf("got %q; want %q", got, want)
		}
	}
	if string(template.Request) != "a=###,b=###,a=###" {
		t.Errorf("the template itself was written to: %q", template.Request)
	}
}

func TestTemplateIsChecked(t *testing.T) {
	for name, wrong := range map[string]template{
		"without digits":        {Request: []byte("###"), Marks: [][]int{{0}}},
		"with too many digits":  {Request: []byte("###################"), Digits: 19, Marks: [][]int{{0}}},
		"without marks":         {Request: []byte("###"), Digits: 3},
		"with a mark at no end": {Request: []byte("###"), Digits: 3, Marks: [][]int{{0}, {1}}},
		"with a mark before":    {Request: []byte("###"), Digits: 3, Marks: [][]int{{-1}}},
	} {
		if wrong.check() == nil {
			t.Errorf("a template %s was taken", name)
		}
	}
}
