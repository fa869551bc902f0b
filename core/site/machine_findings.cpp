// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/machine_findings.h"

#include "core/experiment/amount_text.h"

#include <nlohmann/json.hpp>

#include <sstream>
#include <stdexcept>

namespace widthwise {

namespace {

using Json = nlohmann::json;

/// Below this a BLAS is most likely the reference implementation: one core of any x86-64 with AVX2 does more.
constexpr double slowBlas = 10;                    ///< GFLOP/s in single precision, one thread
constexpr std::uint64_t littleSpace = 5ULL << 30U; ///< bytes
constexpr std::uint64_t noSpace = 100ULL << 20U;   ///< bytes

/// What to do about a slow BLAS.
std::string blasFix(const std::string& library)
{
    return library.find("openblas") == std::string::npos
               ? "install libopenblas0-pthread: training may get ten times faster"
               : "OpenBLAS is fast where the processor is free: look again when nothing else runs";
}

} // namespace

std::string missingToolsScript()
{
    return "for tool in setsid mkdir mv rm sleep date cat head tail sha256sum; do "
           "command -v $tool >/dev/null || echo $tool; done";
}

Finding judgeTools(const std::string& missing)
{
    std::istringstream lines(missing);
    std::string names;
    for (std::string tool; lines >> tool;)
        names += (names.empty() ? "" : ", ") + tool;
    if (names.empty())
        return {"shell tools", Verdict::Good, "all that trials are started with", {}};
    return {"shell tools", Verdict::Bad, "not in PATH: " + names, "install coreutils and util-linux"};
}

Finding judgeSpace(std::uint64_t available, const std::string& where, const std::string& fix)
{
    const std::string found = bytesText(available) + ' ' + where;
    if (available >= littleSpace)
        return {"free space", Verdict::Good, found, {}};
    return {"free space", available < noSpace ? Verdict::Bad : Verdict::Warning, found, fix};
}

Findings judgeTrainer(const std::string& json)
{
    try {
        const Json info = Json::parse(json);
        const std::string version = info.at("version");
        const double speed = info.at("gflops");
        const std::string blas = info.at("blas");
        const bool slow = speed < slowBlas;
        const bool ours = version == WIDTHWISE_VERSION;
        return {{"trainer version", ours ? Verdict::Good : Verdict::Warning,
                 ours ? version : version + ", and this is " WIDTHWISE_VERSION,
                 ours ? "" : "bring both to the same version: settings and results may mean something else"},
                {"trainer libraries",
                 Verdict::Good,
                 "LibTorch " + info.at("torch").get<std::string>() + ", HDF5 " +
                     info.at("hdf5").get<std::string>() + ", " +
                     countText(info.at("cuda_devices").get<std::int64_t>(), "CUDA device"),
                 {}},
                {"BLAS speed", slow ? Verdict::Warning : Verdict::Good,
                 numberText(speed) + " GFLOP/s on one thread (single precision), " +
                     (blas.empty() ? "built in" : blas),
                 slow ? blasFix(blas) : ""}};
    } catch (const Json::exception& error) {
        throw std::invalid_argument("its answer to info --json is not understood (" +
                                    std::string(error.what()) + ')');
    }
}

} // namespace widthwise
