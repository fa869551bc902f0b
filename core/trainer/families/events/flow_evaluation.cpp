// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/events/flow_evaluation.h"

#include "core/trainer/families/events/flow_particles.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <numeric>
#include <sstream>

namespace widthwise::trainer {

namespace {

using Json = nlohmann::ordered_json;

/// What the network says of some events: a particle, or none, per element.
std::vector<TargetRow> particlesOf(Predictor& network, const EventSample& sample,
                                   std::span<const std::uint32_t> events, const ElementScaling& scaling)
{
    FlowBatch batch;
    gatherEvents(sample, events, scaling, batch);
    std::vector<std::vector<float>> outputs; // binary, classes, momentum
    for (const Values& values : network.outputs(Batch(batch))) {
        std::visit([&](const auto& numbers) { outputs.emplace_back(numbers.begin(), numbers.end()); },
                   values);
    }
    const auto elements = static_cast<std::size_t>(batch.size());
    const auto row = [&](std::size_t output, std::size_t element) {
        const std::size_t columns = outputs[output].size() / elements;
        return std::span<const float>(outputs[output]).subspan(element * columns, columns);
    };
    std::vector<TargetRow> particles;
    const auto first = static_cast<std::size_t>(sample.offsets[events.front()]);
    for (std::size_t i = 0; i < elements; ++i) {
        particles.push_back(particleOf(sample.elements[first + i], {row(0, i), row(1, i), row(2, i)}));
    }
    return particles;
}

Json numbersOf(const WithError& measured)
{
    return {{"value", measured.value}, {"error", measured.error}};
}

Json responseOf(const Responses& responses)
{
    const auto described = [](const ResponseSummary& summary) {
        return Json{{"count", summary.count},
                    {"median", numbersOf(summary.median)},
                    {"width", numbersOf(summary.width)},
                    {"matched", numbersOf(summary.matched)}};
    };
    Json json = described(responses.summary());
    json["bins"] = Json::array();
    for (std::size_t i = 0; i + 1 < responseEdges.size(); ++i) {
        Json bin{{"low", responseEdges[i]}, {"high", responseEdges[i + 1]}};
        bin.update(described(responses.between(responseEdges[i], responseEdges[i + 1])));
        json["bins"].push_back(std::move(bin));
    }
    return json;
}

Json describe(const FlowPerformance& performance)
{
    Json classes = Json::object();
    for (std::size_t i = 0; i < particleClassCount; ++i) {
        const auto species = static_cast<ParticleClass>(i);
        classes[std::string(particleClassNames[i])] = {
            {"efficiency", numbersOf(performance.efficiency(species))},
            {"fake_rate", numbersOf(performance.fakeRate(species))}};
    }
    return {{"jets", responseOf(performance.jets())},
            {"met", responseOf(performance.met())},
            {"classes", classes},
            {"confusion", {{"track", performance.counts()[0]}, {"cluster", performance.counts()[1]}}}};
}

std::string text(const Json& measured)
{
    const double error = measured["error"].get<double>();
    const int decimals =
        error > 0 ? std::clamp(1 - static_cast<int>(std::floor(std::log10(error))), 0, 6) : 3;
    std::ostringstream out;
    out << std::fixed << std::setprecision(decimals) << measured["value"].get<double>() << " ± " << error;
    return out.str();
}

/// std::setw counts bytes, not characters.
std::string padded(const std::string& words, std::size_t width)
{
    const auto characters = static_cast<std::size_t>(
        std::ranges::count_if(words, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
    return std::string(width > characters ? width - characters : 0, ' ') + words;
}

void printRow(std::ostream& out, const std::string& name, const Json& json, const char* first,
              const char* second)
{
    constexpr std::size_t column = 20;
    out << padded(name, column) << padded(text(json["model"][first][second]), column);
    if (json.contains("baseline")) {
        out << padded(text(json["baseline"][first][second]), column);
    }
    out << "\n";
}

void print(std::ostream& out, const Json& json)
{
    constexpr std::size_t column = 20;
    const bool hasBaseline = json.contains("baseline");
    out << json["events"] << " events\n\n"
        << padded("", column) << padded("model", column) << (hasBaseline ? padded("rules", column) : "")
        << "\n";
    for (const char* what : {"median", "width", "matched"}) {
        printRow(out, std::string("jets: ") + what, json, "jets", what);
    }
    for (const char* what : {"median", "width"}) {
        printRow(out, std::string("missing pT: ") + what, json, "met", what);
    }
    out << "\n"
        << padded("", column) << padded("efficiency", column) << padded("fakes", column)
        << (hasBaseline ? padded("rules: efficiency", column) + padded("fakes", column) : "") << "\n";
    for (const auto& [name, rates] : json["model"]["classes"].items()) {
        out << padded(name, column) << padded(text(rates["efficiency"]), column)
            << padded(text(rates["fake_rate"]), column);
        if (hasBaseline) {
            const Json& rules = json["baseline"]["classes"][name];
            out << padded(text(rules["efficiency"]), column) << padded(text(rules["fake_rate"]), column);
        }
        out << "\n";
    }
}

void addMetrics(Metrics& metrics, const std::string& prefix, const FlowPerformance& performance)
{
    const ResponseSummary jets = performance.jets().summary();
    const ResponseSummary met = performance.met().summary();
    metrics.emplace_back(prefix + "jet_response_median", jets.median.value);
    metrics.emplace_back(prefix + "jet_response_width", jets.width.value);
    metrics.emplace_back(prefix + "jets_matched", jets.matched.value);
    metrics.emplace_back(prefix + "met_response_width", met.width.value);
}

} // namespace

FlowEvaluation evaluateFlow(Predictor& network, const EventSample& sample, const EventJets& genJets,
                            const ElementScaling& scaling)
{
    constexpr std::size_t chunkSize = 250;
    FlowEvaluation evaluation{.hasBaseline = !sample.candidates.empty(),
                              .events = sample.size(),
                              .againstTargets = genJets.offsets.size() != sample.offsets.size()};
    for (std::size_t first = 0; first < sample.size(); first += chunkSize) {
        std::vector<std::uint32_t> events(std::min(chunkSize, sample.size() - first));
        std::iota(events.begin(), events.end(), static_cast<std::uint32_t>(first));
        const std::vector<TargetRow> particles = particlesOf(network, sample, events, scaling);
        const auto start = static_cast<std::size_t>(sample.offsets[first]);
        for (const std::uint32_t event : events) {
            const auto begin = static_cast<std::size_t>(sample.offsets[event]);
            const std::size_t count = static_cast<std::size_t>(sample.offsets[event + 1]) - begin;
            const auto elements = std::span(sample.elements).subspan(begin, count);
            const auto targets = std::span(sample.targets).subspan(begin, count);
            const auto jets = evaluation.againstTargets ? jetsOf(targets) : jetsOf(genJets, event);
            const double met = sample.met.empty() ? 0 : static_cast<double>(sample.met[event]);
            evaluation.model.addEvent(elements, targets, std::span(particles).subspan(begin - start, count),
                                      jets, met);
            if (evaluation.hasBaseline) {
                evaluation.baseline.addEvent(elements, targets,
                                             std::span(sample.candidates).subspan(begin, count), jets, met);
            }
        }
    }
    return evaluation;
}

Metrics flowMetrics(const FlowEvaluation& evaluation)
{
    Metrics metrics;
    addMetrics(metrics, "evaluation/", evaluation.model);
    if (evaluation.hasBaseline) {
        addMetrics(metrics, "evaluation/baseline_", evaluation.baseline);
    }
    return metrics;
}

Report flowReport(const FlowEvaluation& evaluation)
{
    Json json{{"events", evaluation.events},
              {"reference", evaluation.againstTargets ? "jets of the targets" : "jets of all particles"},
              {"model", describe(evaluation.model)}};
    if (evaluation.hasBaseline) {
        json["baseline"] = describe(evaluation.baseline);
    }
    std::ostringstream out;
    print(out, json);
    return {json.dump(2), out.str()};
}

} // namespace widthwise::trainer
