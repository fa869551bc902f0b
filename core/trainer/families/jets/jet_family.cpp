// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/jets/jet_family.h"

#include "core/models/families.h"
#include "core/trainer/families/jets/jet_data.h"
#include "core/trainer/families/jets/jet_facts.h"
#include "core/trainer/families/jets/jet_report.h"
#include "core/trainer/families/jets/jet_writer.h"

namespace widthwise::trainer {

JetTasks jetTasksOf(const Settings& settings)
{
    return dynamic_cast<const JetFacts&>(factsOf(settings)).tasks(settings);
}

Settings JetFamily::completed(Settings settings, const std::string& folder) const
{
    return withClassWeights(std::move(settings), folder);
}

DataSizes JetFamily::sizes(const Settings& settings, const std::string& folder) const
{
    return {{classesSize, std::ssize(classNames(settings, folder))}};
}

std::vector<LossTerm> JetFamily::terms(const Settings& settings) const
{
    const JetTasks tasks = jetTasksOf(settings);
    std::vector<LossTerm> terms{{"jets", 1}};
    if (tasks.origins) {
        terms.push_back({"origin", *tasks.origins});
    }
    if (tasks.vertices) {
        terms.push_back({"vertex", *tasks.vertices});
    }
    return terms;
}

std::unique_ptr<DataSource> JetFamily::open(const DataRequest& request) const
{
    return std::make_unique<JetData>(request);
}

std::vector<FamilyOption> JetFamily::evaluationOptions() const
{
    return jetReportOptions();
}

Report JetFamily::evaluate(const EvaluationRequest& request, std::ostream& notices) const
{
    return jetReport(*this, request, notices);
}

void JetFamily::simulate(const ToyRequest& request) const
{
    writeSimulation({.path = request.path, .jets = request.samples, .seed = request.seed});
}

} // namespace widthwise::trainer
