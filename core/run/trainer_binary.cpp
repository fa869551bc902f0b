// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/trainer_binary.h"

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <unistd.h>

namespace widthwise {

namespace {

namespace fs = std::filesystem;

constexpr const char* trainerName = "widthwise-trainer";

bool isProgram(const fs::path& path)
{
    std::error_code ignored;
    return fs::is_regular_file(path, ignored) && access(path.c_str(), X_OK) == 0;
}

} // namespace

std::string findTrainer()
{
    if (const char* said = std::getenv("WIDTHWISE_TRAINER"); said && *said)
        return fs::absolute(said);
    std::error_code ignored;
    const fs::path beside = fs::read_symlink("/proc/self/exe", ignored).parent_path() / trainerName;
    if (isProgram(beside))
        return beside;
    const char* path = std::getenv("PATH");
    std::istringstream folders(path ? path : "");
    for (std::string folder; std::getline(folders, folder, ':');)
        if (!folder.empty() && isProgram(fs::path(folder) / trainerName))
            return fs::absolute(fs::path(folder) / trainerName);
    return {};
}

} // namespace widthwise
