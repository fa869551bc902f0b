// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/derived_experiment.h"

#include "core/experiment/experiment_file.h"

namespace widthwise {

ExperimentRecord derivedRecord(const ExperimentRecord& base, const Experiment& experiment)
{
    ExperimentRecord record;
    record.name = experiment.name;
    record.yaml = toYaml(experiment);
    record.baseDirectory = base.baseDirectory;
    record.parent = base.id;
    return record;
}

} // namespace widthwise
