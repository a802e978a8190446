# Fonts, lessons and model cards as part of the program: app/resources.hpp.
set(HEADWISE_FONT_DIR "" CACHE PATH "Where Inter-*.otf and JetBrainsMono-Regular.ttf are, if not found")

set(font_dirs ${HEADWISE_FONT_DIR} /usr/share/fonts/opentype/inter /usr/share/fonts/truetype/jetbrains-mono)
function(headwise_font variable file url hash inside)
  find_file(HEADWISE_${variable} ${file} PATHS ${font_dirs} NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH)
  if(NOT HEADWISE_${variable})
    FetchContent_Declare(${hash} URL ${url})
    FetchContent_MakeAvailable(${hash})
    set(HEADWISE_${variable} ${${hash}_SOURCE_DIR}/${inside}/${file} CACHE FILEPATH "" FORCE)
  endif()
endfunction()
set(inter https://github.com/rsms/inter/releases/download/v4.0/Inter-4.0.zip)
set(jetbrains https://github.com/JetBrains/JetBrainsMono/releases/download/v2.304/JetBrainsMono-2.304.zip)
headwise_font(text Inter-Regular.otf ${inter} inter_font extras/otf)
headwise_font(strong Inter-SemiBold.otf ${inter} inter_font extras/otf)
headwise_font(mono JetBrainsMono-Regular.ttf ${jetbrains} jetbrains_font fonts/ttf)

# Only the letters and signs that are used (Latin, Greek, Cyrillic, arrows, mathematics), where the
# machine has fontTools: a quarter of a megabyte less to download.
set(letters U+0020-007E,U+00A0-017F,U+0300-0304,U+0370-03FF,U+0400-045F,U+2010-2027,U+2030-205E,U+2070-209C,U+20AC,U+2190-2199,U+2200-22FF,U+2308-230B,U+25A0-25CF,U+2713,U+FFFD)
find_program(HEADWISE_SYSTEM_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH)
find_program(HEADWISE_SYSTEM_PYTHON python3 NO_CMAKE_FIND_ROOT_PATH)
if(NOT DEFINED HEADWISE_SUBSET_FONTS)
  execute_process(COMMAND ${HEADWISE_SYSTEM_PYTHON} -c "import fontTools.subset" RESULT_VARIABLE missing
                  OUTPUT_QUIET ERROR_QUIET)
  if(missing)
    set(HEADWISE_SUBSET_FONTS OFF CACHE BOOL "Leave out letters that are not used")
    message(STATUS "python3 has no fontTools: the fonts go in whole")
  else()
    set(HEADWISE_SUBSET_FONTS ON CACHE BOOL "Leave out letters that are not used")
  endif()
endif()

set(folder ${PROJECT_BINARY_DIR}/resources)
set(font_files "")
foreach(name text strong mono)
  set(whole ${HEADWISE_${name}})
  if(HEADWISE_SUBSET_FONTS)
    add_custom_command(OUTPUT ${folder}/${name}
      COMMAND ${CMAKE_COMMAND} -E make_directory ${folder}
      COMMAND ${HEADWISE_SYSTEM_PYTHON} -m fontTools.subset ${whole} --unicodes=${letters} --no-hinting
              --layout-features= --no-glyph-names --notdef-outline --name-IDs=0,1,2,13,14 --output-file=${folder}/${name}
      DEPENDS ${whole} VERBATIM)
  else()
    add_custom_command(OUTPUT ${folder}/${name} COMMAND ${CMAKE_COMMAND} -E make_directory ${folder}
      COMMAND ${CMAKE_COMMAND} -E copy ${whole} ${folder}/${name} DEPENDS ${whole} VERBATIM)
  endif()
  list(APPEND font_files ${folder}/${name})
endforeach()

file(GLOB lesson_files CONFIGURE_DEPENDS lessons/*.md)
list(SORT lesson_files)
file(GLOB card_files CONFIGURE_DEPENDS cards/*.json)
list(SORT card_files)
add_custom_command(OUTPUT ${folder}/resources.cpp
  COMMAND ${CMAKE_COMMAND} "-DOUTPUT=${folder}/resources.cpp" "-DFONTS=${font_files}" "-DLESSONS=${lesson_files}"
          "-DCARDS=${card_files}" "-DHEADERS=$<BOOL:${EMSCRIPTEN}>" -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
  DEPENDS ${font_files} ${lesson_files} ${card_files} cmake/embed.cmake VERBATIM)
add_library(headwise_resources STATIC ${folder}/resources.cpp app/resources.hpp)
target_include_directories(headwise_resources PUBLIC ${PROJECT_SOURCE_DIR})
