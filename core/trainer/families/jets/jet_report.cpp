// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/jets/jet_report.h"

#include "core/analysis/discriminants.h"
#include "core/trainer/error.h"
#include "core/trainer/families/jets/jet_scores.h"
#include "core/trainer/families/jets/training_data.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iomanip>
#include <map>
#include <numeric>
#include <ostream>
#include <sstream>
#include <stdexcept>

namespace widthwise::trainer {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array workingPoints{0.60, 0.70, 0.77, 0.85};

/// The signals of the discriminants, and the options that change the fractions of flavours in them.
const std::map<std::string, std::map<std::string, std::string>> fractionOptions{
    {"bjets", {{"cjets", "--fc"}, {"taujets", "--ftau"}}},
    {"cjets", {{"bjets", "--fb"}, {"taujets", "--ftau-c"}}},
};

struct Discriminant {
    std::string signal;
    std::vector<double> fractions; ///< of each class
};

/// Throws InputError.
double fractionOf(const std::string& option, const std::string& text)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !(value >= 0 && value <= 1)) {
        throw InputError(option + ": expected a number from 0 to 1, got \"" + text + "\"");
    }
    return value;
}

std::vector<Discriminant> discriminantsOf(const std::map<std::string, std::string>& asked,
                                          const std::vector<std::string>& classes)
{
    std::vector<Discriminant> discriminants;
    for (const auto& [signal, options] : fractionOptions) {
        if (std::ranges::find(classes, signal) == classes.end()) {
            continue;
        }
        std::map<std::string, double> given;
        for (const auto& [flavour, option] : options) {
            if (const auto found = asked.find(option); found != asked.end()) {
                given[flavour] = fractionOf(option, found->second);
            }
        }
        try {
            discriminants.push_back({signal, flavourFractions(classes, signal, given)});
        } catch (const std::invalid_argument& error) {
            throw InputError(error.what());
        }
    }
    return discriminants;
}

/// JSON has no infinity: null stands for a rejection of which no jet is left to tell.
Json numberOrNull(double value)
{
    return std::isfinite(value) ? Json(value) : Json();
}

Json rejectionsAt(double efficiency, const TaggerPerformance& performance,
                  const std::vector<std::string>& classes, const std::string& signal)
{
    Json rejections = Json::object();
    for (std::size_t i = 0; i < classes.size(); ++i) {
        if (classes[i] != signal && performance.jets(i) > 0) {
            const Measured rejection = performance.rejection(efficiency, i);
            rejections[classes[i]] = {{"value", numberOrNull(rejection.value)},
                                      {"error", numberOrNull(rejection.error)}};
        }
    }
    return {{"efficiency", efficiency}, {"cut", performance.cut(efficiency)}, {"rejections", rejections}};
}

/// Null where the sample has none of the signal.
Json describe(const Discriminant& discriminant, const JetScores& scores)
{
    const auto& classes = scores.classes;
    const auto signal =
        static_cast<std::size_t>(std::ranges::find(classes, discriminant.signal) - classes.begin());
    const TaggerPerformance performance(scores.probabilities, scores.labels, signal, discriminant.fractions);
    if (performance.jets(signal) == 0) {
        return {};
    }
    Json fractions = Json::object();
    for (std::size_t i = 0; i < classes.size(); ++i) {
        if (i != signal) {
            fractions["f" + flavourStem(classes[i])] = discriminant.fractions[i];
        }
    }
    Json points = Json::array();
    for (const double efficiency : workingPoints) {
        points.push_back(rejectionsAt(efficiency, performance, classes, discriminant.signal));
    }
    Json roc = Json::array();
    for (int percent = 20; percent < 100; ++percent) {
        roc.push_back(rejectionsAt(percent / 100.0, performance, classes, discriminant.signal));
    }
    return {{"fractions", fractions}, {"working_points", points}, {"roc", roc}};
}

Json describe(const std::vector<Discriminant>& discriminants, const JetScores& scores)
{
    const auto matrix = confusionMatrix(scores.probabilities, scores.labels, scores.classes.size());
    std::size_t correct = 0;
    for (std::size_t i = 0; i < matrix.size(); ++i) {
        correct += matrix[i][i];
    }
    Json described = Json::object();
    for (const Discriminant& discriminant : discriminants) {
        if (Json json = describe(discriminant, scores); !json.is_null()) {
            described["D_" + flavourStem(discriminant.signal)] = std::move(json);
        }
    }
    return {{"jets", scores.labels.size()},
            {"classes", scores.classes},
            {"accuracy", static_cast<double>(correct) / static_cast<double>(scores.labels.size())},
            {"confusion", matrix},
            {"discriminants", described}};
}

std::string withError(const Json& measured)
{
    if (measured["value"].is_null()) {
        return "no jet left";
    }
    const double error = measured["error"].get<double>();
    const int decimals =
        error > 0 ? std::clamp(1 - static_cast<int>(std::floor(std::log10(error))), 0, 6) : 0;
    std::ostringstream text;
    text << std::fixed << std::setprecision(decimals) << measured["value"].get<double>() << " ± " << error;
    return text.str();
}

/// std::setw counts bytes, not characters.
std::string padded(const std::string& text, std::size_t width)
{
    const auto characters = static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
    return std::string(width > characters ? width - characters : 0, ' ') + text;
}

void printDiscriminant(std::ostream& out, const std::string& name, const Json& discriminant)
{
    constexpr std::size_t column = 18;
    out << "\n" << name << " with";
    for (const auto& [fraction, value] : discriminant["fractions"].items()) {
        out << " " << fraction << " = " << value.get<double>();
    }
    out << "\n" << padded("efficiency", 12) << padded("cut", 10);
    for (const auto& [flavour, value] : discriminant["working_points"][0]["rejections"].items()) {
        out << padded(flavour + " rejected", column);
    }
    out << "\n";
    for (const Json& point : discriminant["working_points"]) {
        std::ostringstream cut;
        cut << std::fixed << std::setprecision(3) << point["cut"].get<double>();
        out << padded(std::to_string(std::lround(100 * point["efficiency"].get<double>())) + " %", 12)
            << padded(cut.str(), 10);
        for (const Json& rejection : point["rejections"]) {
            out << padded(withError(rejection), column);
        }
        out << "\n";
    }
}

void print(std::ostream& out, const Json& json)
{
    constexpr std::size_t column = 12;
    out << json["jets"] << " jets, " << std::setprecision(4) << 100 * json["accuracy"].get<double>()
        << " % of them most probably what they are\n\n"
        << padded("true class", column) << "  taken for, in %\n"
        << padded("", column);
    for (const Json& flavour : json["classes"]) {
        out << padded(flavour.get<std::string>(), column);
    }
    out << "\n";
    for (std::size_t i = 0; i < json["classes"].size(); ++i) {
        const auto row = json["confusion"][i].get<std::vector<double>>();
        const double all = std::max(1.0, std::accumulate(row.begin(), row.end(), 0.0));
        out << padded(json["classes"][i].get<std::string>(), column);
        for (const double count : row) {
            std::ostringstream percent;
            percent << std::fixed << std::setprecision(1) << 100 * count / all;
            out << padded(percent.str(), column);
        }
        out << "\n";
    }
    for (const auto& [name, discriminant] : json["discriminants"].items()) {
        printDiscriminant(out, name, discriminant);
    }
}

} // namespace

std::vector<FamilyOption> jetReportOptions()
{
    return {{"--scores", "OUT.h5"}, {"--name", "GN2"}, {"--fc", "X"},
            {"--ftau", "X"},        {"--fb", "X"},     {"--ftau-c", "X"}};
}

Report jetReport(const Family& family, const EvaluationRequest& request, std::ostream& notices)
{
    const auto option = [&](const char* name, const char* otherwise) {
        const auto found = request.options.find(name);
        return found == request.options.end() ? std::string(otherwise) : found->second;
    };
    const std::vector<Discriminant> discriminants =
        discriminantsOf(request.options, classNames(request.settings, request.dataDirectory));
    const ScoreFile file{.path = option("--scores", ""), .name = option("--name", "GN2")};
    const Json json = describe(discriminants, scoresOf(family, request, file, notices));
    std::ostringstream text;
    print(text, json);
    return {json.dump(2), text.str()};
}

} // namespace widthwise::trainer
