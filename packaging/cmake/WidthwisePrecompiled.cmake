# SPDX-License-Identifier: GPL-3.0-or-later
# Others' headers that most files include, compiled once for each kind of target. A source still includes what it uses:
# clang (preset `fuzz`) and whoever sets CMAKE_DISABLE_PRECOMPILE_HEADERS build without. Not in here: JSON, which costs
# every file more to load than it saves those that use it.

if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    set(CMAKE_DISABLE_PRECOMPILE_HEADERS ON)
endif()

set(WIDTHWISE_STD_HEADERS
    <algorithm> <array> <chrono> <cmath> <cstdint> <cstring> <filesystem> <fstream> <functional> <limits> <map> <memory>
    <numeric> <optional> <set> <span> <sstream> <stdexcept> <string> <string_view> <thread> <utility> <variant> <vector>)

# widthwise_precompile(NAME HEADERS… [LINK libraries…]): the headers as targets see them that link these libraries.
# Targets take them with `target_precompile_headers(… REUSE_FROM widthwise_precompiled_NAME)`.
function(widthwise_precompile name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "HEADERS;LINK")
    set(source "${PROJECT_BINARY_DIR}/precompiled/${name}.cpp")
    file(CONFIGURE OUTPUT "${source}" CONTENT "")
    add_library(widthwise_precompiled_${name} OBJECT "${source}")
    target_link_libraries(widthwise_precompiled_${name} PRIVATE widthwise_strict ${arg_LINK})
    target_precompile_headers(widthwise_precompiled_${name} PRIVATE ${arg_HEADERS})
endfunction()

widthwise_precompile(core HEADERS ${WIDTHWISE_STD_HEADERS})
