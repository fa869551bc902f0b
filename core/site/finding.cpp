// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/finding.h"

#include <nlohmann/json.hpp>

#include <stdexcept>

namespace widthwise {

namespace {

using Json = nlohmann::ordered_json;

Verdict verdictOf(const std::string& text)
{
    for (const Verdict verdict : {Verdict::Good, Verdict::Warning})
        if (text == toText(verdict))
            return verdict;
    return Verdict::Bad;
}

} // namespace

std::string_view toText(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Good:
        return "good";
    case Verdict::Warning:
        return "warning";
    case Verdict::Bad:
        break;
    }
    return "bad";
}

std::string toJson(const Findings& findings)
{
    Json list = Json::array();
    for (const Finding& finding : findings) {
        Json object{{"what", finding.what}, {"verdict", toText(finding.verdict)}, {"found", finding.found}};
        if (!finding.fix.empty())
            object["fix"] = finding.fix;
        list.push_back(std::move(object));
    }
    return list.dump(2, ' ', false, Json::error_handler_t::replace);
}

Findings findingsFromJson(const std::string& json)
{
    try {
        Findings findings;
        for (const Json& object : Json::parse(json))
            findings.push_back({object.at("what"), verdictOf(object.at("verdict")), object.at("found"),
                                object.value("fix", "")});
        return findings;
    } catch (const Json::exception& error) {
        throw std::invalid_argument(error.what());
    }
}

} // namespace widthwise
