// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/examination.h"

#include "core/experiment/amount_text.h"
#include "core/host/local_host.h"
#include "core/host/shell.h"
#include "core/launch/exit_reason.h"
#include "core/launch/launch_plan.h"
#include "core/run/trainer_binary.h"
#include "core/site/machine_findings.h"
#include "core/store/commands.h"
#include "core/system/write_access.h"

#include <filesystem>
#include <stdexcept>

namespace widthwise::ctl {

namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// Why a file or folder that is not there yet could not be made; empty where it could.
std::string whyNotMade(const std::string& path)
{
    const std::string above = nearestExisting(path);
    std::error_code error;
    return fs::is_directory(above, error) ? whyNotWritable(above) : above + " is not a folder";
}

Finding examineStore(const std::string& storeFile)
{
    const std::string another = "name another one with --store FILE, or set XDG_DATA_HOME";
    std::error_code error;
    if (!fs::exists(storeFile, error)) {
        const std::string reason = whyNotMade(storeFile);
        if (reason.empty())
            return {"store", Verdict::Good, storeFile + ", which the first experiment makes", {}};
        return {"store", Verdict::Bad, storeFile + " cannot be made: " + reason, another};
    }
    try {
        Database database(storeFile);
        Commands(database).close(-1,
                                 TimePoint()); // there is none, but a store that cannot be written says so
        return {"store", Verdict::Good, storeFile, {}};
    } catch (const StoreError& problem) {
        return {"store", Verdict::Bad, problem.what(), another};
    }
}

Finding examineTrialsFolder(const std::string& folder)
{
    std::error_code missing;
    try {
        if (!fs::exists(folder, missing)) {
            if (const std::string reason = whyNotMade(folder); !reason.empty())
                throw HostError(folder + " cannot be made: " + reason);
            return {"trials folder", Verdict::Good, folder + ", which the first experiment makes", {}};
        }
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
    const fs::space_info space = fs::space(nearestExisting(storeFile), error);
    if (error)
        return {"free space", Verdict::Warning, "cannot be told: " + error.message(), {}};
    return judgeSpace(space.available, "beside the store",
                      "make room, or use a store on another disk: checkpoints lie beside it");
}

Findings examineDevices(Host& host)
{
    const Inventory inventory = host.inventory();
    Findings findings{
        {"processors", Verdict::Good, countText(inventory.cpus, "CPU") + " may be used", {}},
        {"memory", Verdict::Good, bytesText(static_cast<std::uint64_t>(inventory.memoryMiB) << 20U), {}}};
    for (const Gpu& gpu : inventory.gpus)
        findings.push_back({"GPU " + gpu.id, Verdict::Good, gpu.name, {}});
    if (inventory.gpus.empty())
        findings.push_back({"GPU", Verdict::Good, "none; trials use CPUs", {}});
    return findings;
}

Findings examineTrainer(Host& host)
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
        Findings findings = judgeTrainer(result.output);
        findings.insert(findings.begin(), {"trainer", Verdict::Good, trainer, {}});
        return findings;
    } catch (const std::invalid_argument& error) {
        return {{"trainer", Verdict::Bad, trainer + ": " + error.what(),
                 "build it again: it is not of this version"}};
    }
}

} // namespace

Findings examine(const std::string& storeFile)
{
    LocalHost host;
    Findings findings{examineStore(storeFile), examineTrialsFolder(trialsDirectory(storeFile)),
                      examineSpace(storeFile), judgeTools(host.run(missingToolsScript(), 5s).output)};
    for (const auto& more : {examineDevices(host), examineTrainer(host)})
        findings.insert(findings.end(), more.begin(), more.end());
    return findings;
}

} // namespace widthwise::ctl
