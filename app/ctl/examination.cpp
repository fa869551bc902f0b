// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/examination.h"

#include "app/ctl/text.h"
#include "core/host/local_host.h"
#include "core/host/shell.h"
#include "core/launch/exit_reason.h"
#include "core/launch/launch_plan.h"
#include "core/run/trainer_binary.h"
#include "core/store/commands.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <stdexcept>

namespace widthwise::ctl {

namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using Json = nlohmann::json;

/// Below this a BLAS is most likely the reference implementation: one core of any x86-64 with AVX2 does more.
constexpr double slowBlas = 10;                     ///< GFLOP/s in single precision, one thread
constexpr std::uintmax_t littleSpace = 5ULL << 30U; ///< bytes
constexpr std::uintmax_t noSpace = 100ULL << 20U;   ///< bytes

Finding examineStore(const std::string& storeFile)
{
    try {
        Database database(storeFile);
        Commands(database).close(-1,
                                 TimePoint()); // there is none, but a store that cannot be written says so
        return {"store", Verdict::Good, storeFile, {}};
    } catch (const StoreError& error) {
        return {"store", Verdict::Bad, error.what(),
                "name another one with --store FILE, or set XDG_DATA_HOME"};
    }
}

Finding examineTrialsFolder(const std::string& folder)
{
    try {
        LocalHost host;
        const std::string probe = folder + "/.doctor";
        host.writeFile(probe, "x");
        fs::remove(probe);
        return {"trials folder", Verdict::Good, folder, {}};
    } catch (const std::exception& error) {
        return {"trials folder", Verdict::Bad, error.what(),
                "make " + folder + " writable, or use another store"};
    }
}

Finding examineSpace(const std::string& storeFile)
{
    std::error_code error;
    const fs::space_info space = fs::space(fs::absolute(storeFile).parent_path(), error);
    if (error)
        return {"free space", Verdict::Warning, "cannot be told: " + error.message(), {}};
    const std::string found = bytesText(space.available) + " beside the store";
    if (space.available >= littleSpace)
        return {"free space", Verdict::Good, found, {}};
    return {"free space", space.available < noSpace ? Verdict::Bad : Verdict::Warning, found,
            "make room, or use a store on another disk: checkpoints lie beside it"};
}

std::vector<Finding> examineDevices(Host& host)
{
    const Inventory inventory = host.inventory();
    std::vector<Finding> findings{
        {"processors", Verdict::Good, countText(inventory.cpus, "CPU") + " may be used", {}},
        {"memory", Verdict::Good, bytesText(static_cast<std::uint64_t>(inventory.memoryMiB) << 20U), {}}};
    for (const Gpu& gpu : inventory.gpus)
        findings.push_back({"GPU " + gpu.id, Verdict::Good, gpu.name, {}});
    if (inventory.gpus.empty())
        findings.push_back({"GPU", Verdict::Good, "none; trials use CPUs", {}});
    return findings;
}

/// What the wrapper of a trial calls beyond the shell itself.
Finding examineTools(Host& host)
{
    std::string missing;
    for (const char* tool : {"setsid", "mkdir", "mv", "rm", "sleep", "date"})
        if (host.run("command -v " + std::string(tool), 5s).exitCode != 0)
            missing += (missing.empty() ? "" : ", ") + std::string(tool);
    if (missing.empty())
        return {"shell tools", Verdict::Good, "all that trials are started with", {}};
    return {"shell tools", Verdict::Bad, "not in PATH: " + missing, "install coreutils and util-linux"};
}

std::vector<Finding> examineTrainer(Host& host)
{
    const std::string trainer = findTrainer();
    const FileRequest request{trainer, 0, 0};
    if (trainer.empty() || !host.readFiles({&request, 1}).front())
        return {{"trainer", Verdict::Warning, "missing: only trials with a command of their own run",
                 missingTrainer(trainer)}};
    const CommandResult result = host.run(shellQuoted(trainer) + " info --json", 60s);
    if (result.timedOut)
        return {{"trainer", Verdict::Bad, trainer + " gave no answer within a minute", "build it again"}};
    if (result.exitCode != 0)
        return {{"trainer", Verdict::Bad,
                 trainer + " does not run: " + exitReason(result.exitCode, result.errors),
                 "build it again with packaging/run --build-only"}};
    try {
        std::vector<Finding> findings = judgeTrainer(result.output);
        findings.insert(findings.begin(), {"trainer", Verdict::Good, trainer, {}});
        return findings;
    } catch (const std::invalid_argument& error) {
        return {{"trainer", Verdict::Bad, trainer + ": " + error.what(),
                 "build it again: it is not of this version"}};
    }
}

} // namespace

std::vector<Finding> judgeTrainer(const std::string& json)
{
    try {
        const Json info = Json::parse(json);
        const double speed = info.at("gflops");
        const std::string blas = info.at("blas");
        const bool slow = speed < slowBlas;
        return {{"trainer libraries",
                 Verdict::Good,
                 "LibTorch " + info.at("torch").get<std::string>() + ", HDF5 " +
                     info.at("hdf5").get<std::string>() + ", " +
                     countText(info.at("cuda_devices").get<std::int64_t>(), "CUDA device"),
                 {}},
                {"BLAS speed", slow ? Verdict::Warning : Verdict::Good,
                 numberText(speed) + " GFLOP/s on one thread (single precision), " +
                     (blas.empty() ? "built in" : blas),
                 slow ? "install libopenblas0-pthread: training may get ten times faster" : ""}};
    } catch (const Json::exception& error) {
        throw std::invalid_argument("its answer to info --json is not understood (" +
                                    std::string(error.what()) + ')');
    }
}

std::vector<Finding> examine(const std::string& storeFile)
{
    LocalHost host;
    std::vector<Finding> findings{examineStore(storeFile), examineTrialsFolder(trialsDirectory(storeFile)),
                                  examineSpace(storeFile), examineTools(host)};
    for (const auto& more : {examineDevices(host), examineTrainer(host)})
        findings.insert(findings.end(), more.begin(), more.end());
    return findings;
}

} // namespace widthwise::ctl
