/** Chat templates that need no model's folder, with `generation` tags around what the model is to say, the end of its turn included. */
interface TemplateRow {
  summary: string;
  reference: string;
  source: string;
}

export const chatTemplates = {
  chatml: {
    summary: "<|im_start|>role, a new line, the text, <|im_end|>",
    reference: "OpenAI 2023 (ChatML), https://github.com/openai/openai-python/blob/release-v0.28.0/chatml.md",
    source: `{% for message in messages %}
{{ '<|im_start|>' + message.role + '\\n' }}
{%- if message.role == 'assistant' %}
{% generation %}
{{- message.content + '<|im_end|>' }}
{%- endgeneration %}
{{- '\\n' }}
{%- else %}
{{- message.content + '<|im_end|>\\n' }}
{%- endif %}
{% endfor %}
{% if add_generation_prompt %}
{{ '<|im_start|>assistant\\n' }}
{%- endif %}
`,
  },
  alpaca: {
    summary: "### Instruction:, ### Input: for what a system says, ### Response:",
    reference: "Taori et al. 2023, https://github.com/tatsu-lab/stanford_alpaca",
    source: `{% set heads = {'user': 'Instruction', 'system': 'System', 'assistant': 'Response'} %}
{% for message in messages %}
{{ '### ' + heads[message.role] + ':\\n' }}
{%- if message.role == 'assistant' %}
{% generation %}
{{- message.content + '\\n\\n' }}
{%- endgeneration %}
{%- else %}
{{- message.content + '\\n\\n' }}
{%- endif %}
{% endfor %}
{% if add_generation_prompt %}
{{ '### Response:\\n' }}
{%- endif %}
`,
  },
  plain: {
    summary: "the role, a colon, the text, a new line: for tokenizers without tokens of a chat",
    reference: "Askell et al. 2021, https://arxiv.org/abs/2112.00861",
    source: `{% for message in messages %}
{{ message.role + ':' }}
{%- if message.role == 'assistant' %}
{% generation %}
{{- ' ' + message.content + '\\n' }}
{%- endgeneration %}
{%- else %}
{{- ' ' + message.content + '\\n' }}
{%- endif %}
{% endfor %}
{% if add_generation_prompt %}
{{ 'assistant:' }}
{%- endif %}
`,
  },
} satisfies Record<string, TemplateRow>;

export type ChatTemplateName = keyof typeof chatTemplates;
