package knowledge

// Example is a turn of a caller whose meaning the owner has told. Means names it as files of examples do: "hours", "price:crown",
// "answer:Do you take Delta?", "person"; what stands behind the colon is a name or a question of the profile, to the letter.
type Example struct {
	Text  string
	Means string
}
