// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment_file.h"

#include "tests/fuzz/targets.h"

namespace widthwise::fuzz {

namespace {

void expectValues(const Domain& domain)
{
    for (const double place : {0.0, 0.3, 0.9999})
        expect(contains(domain, valueAt(domain, place)), "a value that is drawn is one of the parameter's");
}

} // namespace

void experimentFile(std::string_view yaml)
{
    const ExperimentReading reading = readExperiment(yaml);
    if (!reading.problems.empty())
        return;
    expect(reading.experiment.has_value(), "a file without problems is an experiment");
    const std::string text = toYaml(*reading.experiment);
    expect(toYaml(parseExperiment(text)) == text, "an experiment that was written is read as it was");
    expect(toYaml(parseExperiment(withSpace(yaml, reading.experiment->space))) == text,
           "a space that does not change leaves the experiment as it was");
    for (const Parameter& parameter : reading.experiment->space.parameters())
        expectValues(parameter.domain);
}

} // namespace widthwise::fuzz
