# Short names for the scripts, which also work without make.
.DEFAULT_GOAL := help
.PHONY: help start test lint format train validate evaluate bench widget

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' Makefile | expand -t 12

start: ## set up, train if needed, chat here and at http://localhost:5005
	@scripts/start

test: ## set up and run all tests
	@scripts/test

lint: ## check style, layout and types
	@scripts/lint

format: ## put the code into the project's layout
	@scripts/format

train: ## train the model, whether it fits the data or not
	@scripts/run lantern train

validate: ## check knowledge and examples; list every problem with file, line and what to do
	@scripts/run lantern validate

evaluate: ## measure on labelled questions: make evaluate FILE=questions.jsonl
	@scripts/run lantern evaluate $(FILE)

bench: ## measure speed and size beside Rasa's starter bot (takes long)
	@scripts/run --dev python -m benchmarks

widget: ## build the web widget (needs Node)
	@scripts/widget
