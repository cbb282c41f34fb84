package tokenizer

// normalizerConfig is the normalizer of a tokenizer.json; which fields there are depends on the type.
type normalizerConfig struct {
	Type string `json:"type"`

	// BertNormalizer.
	CleanText    bool  `json:"clean_text"`
	ChineseChars bool  `json:"handle_chinese_chars"`
	StripAccents *bool `json:"strip_accents"` // null: as Lowercase
	Lowercase    bool  `json:"lowercase"`
}
